<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology">
  <pipe>
    <provider>
      <resampling enabled="false" zoomedInResamplingMethod="nearestNeighbour" zoomedOutResamplingMethod="nearestNeighbour" maxOversampling="2"/>
    </provider>
    <rasterrenderer type="singlebandpseudocolor" band="1" opacity="1" alphaBand="-1" nodataColor="" classificationMin="-3.141592654" classificationMax="3.141592654">
      <rasterTransparency/>
      <minMaxOrigin>
        <limits>None</limits>
        <extent>WholeRaster</extent>
        <statAccuracy>Estimated</statAccuracy>
        <cumulativeCutLower>0.02</cumulativeCutLower>
        <cumulativeCutUpper>0.98</cumulativeCutUpper>
        <stdDevFactor>2</stdDevFactor>
      </minMaxOrigin>
      <rastershader>
        <colorrampshader colorRampType="INTERPOLATED" classificationMode="1" clip="0" labelPrecision="2" minimumValue="-3.141592654" maximumValue="3.141592654">
          <item value="-3.141592654" color="#e26f96" alpha="255" label="-1.00 π"/>
          <item value="-2.945243113" color="#e87a8d" alpha="255" label="-0.94 π"/>
          <item value="-2.748893572" color="#ef8685" alpha="255" label="-0.88 π"/>
          <item value="-2.552544031" color="#f6917d" alpha="255" label="-0.81 π"/>
          <item value="-2.35619449" color="#fb9d74" alpha="255" label="-0.75 π"/>
          <item value="-2.159844949" color="#fdaa6b" alpha="255" label="-0.69 π"/>
          <item value="-1.963495408" color="#fab765" alpha="255" label="-0.62 π"/>
          <item value="-1.767145868" color="#f2c461" alpha="255" label="-0.56 π"/>
          <item value="-1.570796327" color="#e4cf58" alpha="255" label="-0.50 π"/>
          <item value="-1.374446786" color="#d0d753" alpha="255" label="-0.44 π"/>
          <item value="-1.178097245" color="#b4dd5f" alpha="255" label="-0.38 π"/>
          <item value="-0.9817477042" color="#97de77" alpha="255" label="-0.31 π"/>
          <item value="-0.7853981634" color="#7fdb8e" alpha="255" label="-0.25 π"/>
          <item value="-0.5890486225" color="#6bd5a0" alpha="255" label="-0.19 π"/>
          <item value="-0.3926990817" color="#55cdac" alpha="255" label="-0.12 π"/>
          <item value="-0.1963495408" color="#3ec4b4" alpha="255" label="-0.06 π"/>
          <item value="0" color="#28babb" alpha="255" label="0.00 π"/>
          <item value="0.1963495408" color="#18afc0" alpha="255" label="0.06 π"/>
          <item value="0.3926990817" color="#1ea4c4" alpha="255" label="0.12 π"/>
          <item value="0.5890486225" color="#2f98c7" alpha="255" label="0.19 π"/>
          <item value="0.7853981634" color="#418bc9" alpha="255" label="0.25 π"/>
          <item value="0.9817477042" color="#5180ce" alpha="255" label="0.31 π"/>
          <item value="1.178097245" color="#5e75d8" alpha="255" label="0.37 π"/>
          <item value="1.374446786" color="#6e6be1" alpha="255" label="0.44 π"/>
          <item value="1.570796327" color="#8060e6" alpha="255" label="0.50 π"/>
          <item value="1.767145868" color="#9356e7" alpha="255" label="0.56 π"/>
          <item value="1.963495408" color="#a54de3" alpha="255" label="0.63 π"/>
          <item value="2.159844949" color="#b64ad8" alpha="255" label="0.69 π"/>
          <item value="2.35619449" color="#c44bca" alpha="255" label="0.75 π"/>
          <item value="2.552544031" color="#cf50bb" alpha="255" label="0.81 π"/>
          <item value="2.748893572" color="#d659ad" alpha="255" label="0.87 π"/>
          <item value="2.945243113" color="#dc64a1" alpha="255" label="0.94 π"/>
          <item value="3.141592654" color="#e26f96" alpha="255" label="1.00 π"/>
          <rampLegendSettings useContinuousLegend="1" direction="0" orientation="2" prefix="" suffix="" minimumLabel="−π" maximumLabel="π">
            <numericFormat id="basic">
              <Option type="Map">
                <Option name="decimals" type="int" value="2"/>
                <Option name="rounding_type" type="int" value="0"/>
                <Option name="show_plus" type="bool" value="false"/>
                <Option name="show_thousand_separator" type="bool" value="false"/>
                <Option name="show_trailing_zeros" type="bool" value="false"/>
              </Option>
            </numericFormat>
          </rampLegendSettings>
        </colorrampshader>
      </rastershader>
    </rasterrenderer>
    <brightnesscontrast brightness="0" contrast="0" gamma="1"/>
    <huesaturation saturation="0" grayscaleMode="0" colorizeOn="0"/>
    <rasterresampler maxOversampling="2" zoomedInResampler="nearestNeighbour"/>
    <resamplingStage>resamplingFilter</resamplingStage>
  </pipe>
  <blendMode>0</blendMode>
</qgis>
